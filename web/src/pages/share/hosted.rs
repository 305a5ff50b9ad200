//! The short link to a saved file that somebody hosts: the address in, the link out.

use yew::prelude::*;

use super::copy_field::CopyField;
use super::site_address;
use crate::components::Field;
use crate::share::link;

/// The field and the link.
#[component]
pub fn Hosted() -> Html {
    let address = use_state_eq(String::new);
    let oninput = {
        let setter = address.setter();
        Callback::from(move |text| setter.set(text))
    };
    let typed = !address.trim().is_empty();
    let fragment = link::encode_source(&address);
    let error = fragment.as_ref().err().filter(|_| typed).map(|error| AttrValue::from(error.to_string()));
    let value = fragment.ok().map(|fragment| AttrValue::from(format!("{}#{fragment}", site_address())));
    html! {
        <>
            <Field label="Address of the file, if you host it" name="hosted-at" input_type="url" mono={true} placeholder="https://…/orders.dynascope.json"
                value={(*address).clone()} {oninput} {error}
                hint="Its host lets other pages read it (CORS), as GitHub Pages and raw files of GitHub do. The link stays short, and shows what the file holds then." />
            if value.is_some() {
                <CopyField label="Link to the file" name="hosted-link" {value} button="Copy link" />
            }
        </>
    }
}

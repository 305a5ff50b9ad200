//! Export and import: the design in the words of CloudFormation, Terraform and others, and designs of theirs as tables here.
//!
//! - `export` a choice of tables and a format, the text, what is not in it
//! - `import` a text or a file, what will be made of it, what is left out; nothing is made before it is asked for
//! - `left_out` the list that both have
//!
//! Which of the two is shown stands in the address: `&import`; the format too: `&format=terraform`.

mod export;
mod import;
mod left_out;

use yew::prelude::*;

use crate::components::{Tab, Tabs};
use crate::hooks::use_route;
use export::ExportPane;
use import::ImportPane;
pub use left_out::LeftOutList;

/// The page.
#[component]
pub fn ExchangePage() -> Html {
    let route = use_route();
    let importing = route.route.rest.contains_key("import");
    let onselect = {
        let route = route.clone();
        Callback::from(move |id: AttrValue| {
            let import = (id == "import").then(String::new);
            route.replace.emit(route.route.with("import", import));
        })
    };
    let tabs = vec![Tab::new("export", "Export"), Tab::new("import", "Import")];
    html! {
        <div class="exchange-page">
            <header class="exchange-header">
                <h1>{ "Export and import" }</h1>
                <Tabs label="Export or import" {tabs} selected={if importing { "import" } else { "export" }} {onselect} />
            </header>
            if importing { <ImportPane /> } else { <ExportPane /> }
        </div>
    }
}

//! A link as a QR code, to be photographed from a screen or a slide.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};
use yew::prelude::*;

use crate::components::{Button, ButtonKind};

/// The props of [`Qr`].
#[derive(Properties, PartialEq)]
pub struct QrProps {
    /// The link.
    pub address: String,
}

/// The white around a code, in its squares: four, as its standard (ISO/IEC 18004) asks.
const QUIET: i32 = 4;

/// A button, and the code below it.
#[component]
pub fn Qr(props: &QrProps) -> Html {
    let open = use_state_eq(|| false);
    let drawn = use_memo((props.address.clone(), *open), |(address, open)| open.then(|| draw(address)));
    let onclick = {
        let (setter, next) = (open.setter(), !*open);
        Callback::from(move |()| setter.set(next))
    };
    let label = if *open { "Hide the QR code" } else { "QR code" };
    html! {
        <>
            <div class="share-actions"><Button {label} icon="hash" kind={ButtonKind::Quiet} {onclick} action="qr" /></div>
            { match &*drawn {
                None => html! {},
                Some(None) => html! {
                    <p class="field-hint" role="status" data-qr="none">{ "A QR code holds 2,953 characters: this link is longer. Leave out items, or send the file." }</p>
                },
                Some(Some((size, path))) => html! {
                    <figure class="share-qr" data-qr="drawn">
                        <svg viewBox={format!("0 0 {size} {size}")} role="img" aria-label="QR code of the link" shape-rendering="crispEdges">
                            <rect width={size.to_string()} height={size.to_string()} fill="#fff" />
                            <path d={path.clone()} fill="#000" />
                        </svg>
                        if *size > 120 {
                            <figcaption class="field-hint">{ "Dense: show it large. Fewer items make it coarser." }</figcaption>
                        }
                    </figure>
                },
            } }
        </>
    }
}

/// The size of the code with its white, in squares, and the path of all black ones. None where it does not fit.
fn draw(address: &str) -> Option<(i32, String)> {
    let code = QrCode::encode_text(address, QrCodeEcc::Low).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            // Writing to a String cannot fail.
            let _ = write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    Some((code.size() + 2 * QUIET, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_corners_and_what_is_too_long_has_none() {
        let (size, path) = draw("https://example.org/#d=1.abc").expect("it fits");
        assert_eq!(size, 25 + 2 * QUIET, "version 2");
        // The corner of the finder pattern, and the white inside it.
        assert!(path.starts_with("M4 4h1v1h-1zM5 4h1"), "{path}");
        assert!(!path.contains("M5 5h1"));
        assert!(draw(&"a".repeat(2_953)).is_some());
        assert_eq!(draw(&"a".repeat(2_954)), None);
    }
}

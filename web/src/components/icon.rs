//! One icon of the sprite `static/icons.svg`, which stands in the page.

use yew::prelude::*;

/// The props of [`Icon`].
#[derive(Properties, PartialEq)]
pub struct IconProps {
    /// The symbol's name in the sprite: Lucide's, `play`.
    pub name: AttrValue,
}

/// An icon. It is decoration: the label stands beside it, or on the button.
#[component]
pub fn Icon(props: &IconProps) -> Html {
    html! {
        <svg class="icon" aria-hidden="true" focusable="false">
            <use href={format!("#icon-{}", props.name)} />
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    const SPRITE: &str = include_str!("../../../static/icons.svg");

    fn sources(folder: &Path, out: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => sources(&path, out),
                false => out.push(std::fs::read_to_string(path).unwrap()),
            }
        }
    }

    #[test]
    fn every_icon_is_in_the_sprite() {
        let mut files = Vec::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
        let mut seen = 0;
        for file in &files {
            for before in ["icon=\"", "icon: \"", "<Icon name=\""] {
                for name in file.split(before).skip(1).filter_map(|rest| rest.split('"').next()) {
                    let plain =
                        name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
                    if plain && !name.is_empty() {
                        seen += 1;
                        assert!(
                            SPRITE.contains(&format!("id=\"icon-{name}\"")),
                            "the sprite has no icon {name:?}"
                        );
                    }
                }
            }
        }
        assert!(seen > 20, "the search found only {seen} icons");
    }
}

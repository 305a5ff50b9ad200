//! Somebody installs Dynascope: the manifest's icons are the drawing in `static/icons/dynascope.svg`, in the sizes that it names.
//!
//! `ICONS=write` in the environment draws them anew into `static/icons`: after a change of the drawing.

use std::fs;

use e2e::{Browser, Site, Size};
use serde_json::{Value, json};

/// Draws the icon into a canvas of that many pixels (a maskable one with room around it, since a system cuts it as it likes), compares it with the
/// picture at an address, and hands out both: `[mean difference of a channel, PNG in base64]`.
const DRAW: &str = "const [size, maskable, address] = arguments;
const load = source => new Promise((done, failed) => {
    const image = new Image(); image.onload = () => done(image); image.onerror = () => failed(new Error(source)); image.src = source;
});
const canvas = () => { const one = document.createElement('canvas'); one.width = one.height = size; return one; };
return load('icons/dynascope.svg').then(async drawing => {
    const drawn = canvas(), pen = drawn.getContext('2d'), room = maskable ? size * 0.1 : 0;
    if (maskable) { pen.fillStyle = '#16324f'; pen.fillRect(0, 0, size, size); }
    pen.drawImage(drawing, room, room, size - 2 * room, size - 2 * room);
    const pixels = pen.getImageData(0, 0, size, size).data;
    let difference = null;
    if (address) {
        const picture = await load(address), other = canvas().getContext('2d');
        if (picture.naturalWidth !== size || picture.naturalHeight !== size) return [255, ''];
        other.drawImage(picture, 0, 0);
        const there = other.getImageData(0, 0, size, size).data;
        difference = pixels.reduce((sum, value, at) => sum + Math.abs(value - there[at]), 0) / pixels.length;
    }
    return [difference, drawn.toDataURL('image/png').split(',')[1]];
})";

fn base64(text: &str) -> Vec<u8> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let digits: Vec<u8> = text.bytes().filter(|byte| *byte != b'=').map(digit).collect();
    let group = |four: &[u8]| {
        let bits =
            four.iter().fold(0_u32, |bits, digit| bits << 6 | u32::from(*digit)) << (6 * (4 - four.len()));
        bits.to_be_bytes()[1..four.len()].to_vec()
    };
    digits.chunks(4).flat_map(group).collect()
}

#[tokio::test]
async fn whoever_installs_it_gets_the_icon_in_every_size() {
    let site = Site::open();
    let browser = Browser::open(Size::Desktop).await;
    browser.goto(&site.url("")).await;
    let manifest = fs::read_to_string(site.folder().join("manifest.webmanifest")).expect("a manifest");
    let manifest: Value = serde_json::from_str(&manifest).expect("JSON");
    let icons = manifest["icons"].as_array().expect("icons");
    let drawn: Vec<&Value> = icons.iter().filter(|icon| icon["type"] == "image/png").collect();
    let kinds: Vec<(&str, &str)> = drawn
        .iter()
        .map(|icon| {
            (icon["sizes"].as_str().unwrap_or_default(), icon["purpose"].as_str().unwrap_or_default())
        })
        .collect();
    assert_eq!(kinds, [("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")]);
    let write = std::env::var("ICONS").is_ok_and(|wish| wish == "write");
    for icon in drawn {
        let (src, sizes) =
            (icon["src"].as_str().unwrap_or_default(), icon["sizes"].as_str().unwrap_or_default());
        let size: u32 = sizes.split('x').next().and_then(|size| size.parse().ok()).expect("a size");
        let address = if write { Value::Null } else { json!(src) };
        let answer =
            browser.eval(DRAW, vec![json!(size), json!(icon["purpose"] == "maskable"), address]).await;
        if write {
            let picture = base64(answer[1].as_str().expect("a picture"));
            fs::write(xtask::root().join("static").join(src), picture).expect("it is written");
        } else {
            let difference = answer[0].as_f64().expect("they were compared");
            assert!(difference < 1.0, "{src} differs from the drawing by {difference}: ICONS=write");
        }
    }
    browser.finish().await;
}

//! A document in a link: `#d=VERSION.DATA`, the data being base64url of zlib of the document's JSON; or `#src=ADDRESS` of a document
//! that somebody hosts, percent-encoded.
//!
//! Owns the fragment's form and its limits, before and after decompression. A link never leaves the browser
//! with a request: servers do not see fragments. zlib rather than bare deflate: its checksum tells a changed
//! link from a good one.

use data_encoding::BASE64URL_NOPAD;
use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_zlib_with_limit};

use super::document::DOCUMENT_BYTES_MAX;
use super::{Document, ShareError, percent};

/// The version of the fragment's form.
const VERSION: &str = "1";

/// The longest fragment: browsers refuse addresses of more than two million characters.
pub const LINK_CHARS_MAX: usize = 2_000_000;

/// The fragment of a document, `d=1.…`, to stand behind the `#`. The same document gives the same link.
pub fn encode(document: &Document) -> Result<String, ShareError> {
    let json = document.to_json();
    if json.len() > DOCUMENT_BYTES_MAX {
        return Err(ShareError::TooLarge { limit_bytes: DOCUMENT_BYTES_MAX });
    }
    let data = BASE64URL_NOPAD.encode(&compress_to_vec_zlib(json.as_bytes(), 9));
    let fragment = format!("d={VERSION}.{data}");
    if fragment.len() > LINK_CHARS_MAX {
        return Err(ShareError::TooLarge { limit_bytes: LINK_CHARS_MAX });
    }
    Ok(fragment)
}

/// Whether a fragment (with or without its `#`) carries a document, or says where one is.
pub fn is_share(fragment: &str) -> bool {
    data_of(fragment).is_some() || part_of(fragment, "src=").is_some()
}

/// The fragment that says where a document is hosted, `src=…`, to stand behind the `#`.
pub fn encode_source(address: &str) -> Result<String, ShareError> {
    let address = hosted(address.trim())?;
    Ok(format!("src={}", percent::encode(address)))
}

/// Where the document of a link is hosted, if the link says that.
pub fn source(link: &str) -> Option<Result<String, ShareError>> {
    let part = part_of(link, "src=")?;
    let address = percent::decode(part);
    Some(hosted(&address).map(str::to_owned))
}

/// An address that a document may come from: nobody between can change what comes by https, nor what comes from this machine.
fn hosted(address: &str) -> Result<&str, ShareError> {
    let local = ["http://localhost", "http://127.0.0.1"]
        .iter()
        .any(|host| address.strip_prefix(host).is_some_and(|rest| rest.starts_with([':', '/'])));
    let web = address.strip_prefix("https://").is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'));
    match (local || web) && !address.contains(char::is_whitespace) {
        true => Ok(address),
        false => Err(ShareError::Malformed("src is not an https address".into())),
    }
}

/// The document of a link, of its fragment, or of the fragment behind the `#`.
pub fn decode(link: &str) -> Result<Document, ShareError> {
    let data = data_of(link).ok_or(ShareError::NotALink)?;
    if data.len() > LINK_CHARS_MAX {
        return Err(ShareError::TooLarge { limit_bytes: LINK_CHARS_MAX });
    }
    let (version, data) = data.split_once('.').ok_or(ShareError::Damaged)?;
    if version != VERSION {
        return Err(match version.parse::<u32>() {
            Ok(newer) if newer > 1 => ShareError::Newer { version: version.to_owned() },
            _ => ShareError::Damaged,
        });
    }
    let packed = BASE64URL_NOPAD.decode(data.as_bytes()).map_err(|_| ShareError::Damaged)?;
    let json = decompress_to_vec_zlib_with_limit(&packed, DOCUMENT_BYTES_MAX).map_err(|error| match error
        .status
    {
        TINFLStatus::HasMoreOutput => ShareError::TooLarge { limit_bytes: DOCUMENT_BYTES_MAX },
        _ => ShareError::Damaged,
    })?;
    let json = String::from_utf8(json).map_err(|_| ShareError::Damaged)?;
    Document::parse(&json)
}

fn data_of(link: &str) -> Option<&str> {
    part_of(link, "d=")
}

fn part_of<'a>(link: &'a str, name: &str) -> Option<&'a str> {
    let fragment = link.trim();
    let fragment = fragment.split_once('#').map_or(fragment, |(_, fragment)| fragment);
    fragment.split('&').find_map(|part| part.strip_prefix(name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Document {
        let mut document = Document::new("Orders review");
        document.tables.push(json!({ "TableName": "Orders", "KeySchema": [] }));
        let items = (0..100).map(|n| json!({ "order_id": { "S": format!("2026-{n}") } })).collect();
        document.items.insert("Orders".to_owned(), items);
        document
    }

    #[test]
    fn a_link_carries_the_document_whatever_stands_around_it() {
        let fragment = encode(&document()).expect("small");
        assert_eq!(fragment, encode(&document()).expect("small"), "the same link every time");
        for link in [
            fragment.clone(),
            format!("#{fragment}"),
            format!("https://example.org/sub/?page=query#{fragment}"),
            format!(" #x=1&{fragment}&y=2\n"),
        ] {
            assert_eq!(decode(&link), Ok(document()), "{link}");
        }
    }

    /// Links that were made once are opened for ever, and the same documents still give the same links.
    #[test]
    fn links_of_every_version_open() {
        let documents = [
            include_str!("fixtures/format-1.json"),
            include_str!("fixtures/format-2.json"),
            include_str!("fixtures/format-3.json"),
            include_str!("fixtures/format-4-entities.json"),
            include_str!("fixtures/format-5.json"),
        ];
        let links = include_str!("fixtures/links-1.txt");
        assert_eq!(links.lines().count(), documents.len());
        for (link, text) in links.lines().zip(documents) {
            let document = Document::parse(text).expect("a document");
            assert_eq!(decode(link), Ok(document.clone()), "{link}");
            assert_eq!(encode(&document).expect("small"), link);
        }
    }

    #[test]
    fn no_cut_goes_unseen() {
        let fragment = encode(&document()).expect("small");
        for length in 4..fragment.len() {
            assert_eq!(decode(&fragment[..length]), Err(ShareError::Damaged), "{length}");
        }
    }

    #[test]
    fn a_changed_link_is_never_another_document() {
        let fragment = encode(&document()).expect("small");
        for at in 4..fragment.len() {
            let mut changed = fragment.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).expect("ASCII");
            if let Ok(read) = decode(&changed) {
                // The last character may hold bits that no byte uses; strict base64 refuses those.
                assert_eq!(read, document(), "at {at}");
            }
        }
    }

    #[test]
    fn what_is_no_link_or_newer_is_told_apart() {
        assert_eq!(decode("https://example.org/"), Err(ShareError::NotALink));
        assert_eq!(decode("#page=2"), Err(ShareError::NotALink));
        assert!(!is_share("#page=2") && is_share("#d=1.abc"));
        assert_eq!(decode("#d=2.abc"), Err(ShareError::Newer { version: "2".to_owned() }));
        assert_eq!(decode("#d=abc"), Err(ShareError::Damaged));
        assert_eq!(decode("#d=1.!!!"), Err(ShareError::Damaged));
    }

    #[test]
    fn a_link_says_where_its_document_is_and_only_the_web_and_this_machine_are_asked() {
        let address = "https://docs.example/designs/cart design.json?v=1&x=#2".replace(' ', "%20");
        let fragment = encode_source(&address).expect("an address");
        assert_eq!(
            fragment,
            "src=https%3A%2F%2Fdocs.example%2Fdesigns%2Fcart%2520design.json%3Fv%3D1%26x%3D%232"
        );
        assert!(is_share(&fragment));
        assert_eq!(source(&format!("https://d.example/?page=data#{fragment}")), Some(Ok(address)));
        assert_eq!(source("#src=http://127.0.0.1:80/a.json"), Some(Ok("http://127.0.0.1:80/a.json".into())));
        assert_eq!(source("#d=1.abc"), None);
        for wrong in [
            "http://docs.example/a.json",
            "javascript:alert(1)",
            "https:///a",
            "data:,{}",
            "http://localhost.example/",
            "",
        ] {
            assert!(matches!(source(&format!("#src={wrong}")), Some(Err(_))), "{wrong}");
            assert!(encode_source(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_link_that_unpacks_to_too_much_is_stopped() {
        let bomb = compress_to_vec_zlib(&vec![b' '; DOCUMENT_BYTES_MAX + 1], 9);
        assert!(bomb.len() < 20_000);
        let link = format!("#d=1.{}", BASE64URL_NOPAD.encode(&bomb));
        assert_eq!(decode(&link), Err(ShareError::TooLarge { limit_bytes: DOCUMENT_BYTES_MAX }));
    }
}

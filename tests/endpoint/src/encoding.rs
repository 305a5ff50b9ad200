//! Compressed bodies: which encoding a client takes, and the coding itself.
//!
//! Knows no operation. The service's rules, as the tests of [Alternator](https://github.com/scylladb/scylladb)
//! (`test_compressed_request.py`, `test_compressed_response.py`) recorded them: an answer of 4 KB or more is compressed
//! when the client takes gzip or deflate; of a request's gzip all members are read, and what follows them is ignored.

use flate2::Compression;
use flate2::bufread::{GzDecoder, ZlibDecoder};
use flate2::write::{GzEncoder, ZlibEncoder};
use std::io::{self, Read, Write};

/// Answers below this many bytes are sent as they are.
pub const COMPRESSED_FROM_BYTES: usize = 4096;
/// The largest a compressed request may become.
///
/// Differs from DynamoDB: the service was seen to take 1 GB and to fail at 10 GB.
const DECODED_BYTES: u64 = 256 * 1024 * 1024;

/// How a body is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// RFC 1952.
    Gzip,
    /// RFC 1950, which HTTP calls deflate.
    Deflate,
}

impl Encoding {
    /// Its name in `Content-Encoding`.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Gzip => "gzip",
            Encoding::Deflate => "deflate",
        }
    }

    fn named(name: &str) -> Option<Encoding> {
        [Encoding::Gzip, Encoding::Deflate]
            .into_iter()
            .find(|encoding| name.eq_ignore_ascii_case(encoding.name()))
    }

    /// What `Accept-Encoding` asks for: the greatest quality, then what is named over what `*` stands for, then the
    /// order. `identity` is not looked at.
    pub fn accepted(header: &str) -> Option<Encoding> {
        let mut named: Vec<(Encoding, f64)> = Vec::new();
        let mut any = 0.0;
        for entry in header.split(',') {
            let mut parts = entry.split(';');
            let name = parts.next().unwrap_or("").trim();
            let quality = quality(parts);
            if name == "*" {
                any = quality;
            } else if let Some(encoding) = Encoding::named(name) {
                match named.iter_mut().find(|(known, _)| *known == encoding) {
                    Some((_, known)) => *known = known.max(quality),
                    None => named.push((encoding, quality)),
                }
            }
        }
        let unnamed = [Encoding::Gzip, Encoding::Deflate]
            .into_iter()
            .filter(|encoding| !named.iter().any(|(known, _)| known == encoding))
            .map(|encoding| (encoding, any))
            .collect::<Vec<_>>();
        let mut best: Option<(Encoding, f64)> = None;
        for (encoding, quality) in named.into_iter().chain(unnamed) {
            if quality > best.map_or(0.0, |(_, quality)| quality) {
                best = Some((encoding, quality));
            }
        }
        best.map(|(encoding, _)| encoding)
    }

    /// Compresses an answer.
    pub fn encode(self, body: &[u8]) -> Vec<u8> {
        let into = Vec::with_capacity(body.len() / 4);
        let encoded = match self {
            Encoding::Gzip => {
                let mut encoder = GzEncoder::new(into, Compression::fast());
                encoder.write_all(body).and_then(|()| encoder.finish())
            }
            Encoding::Deflate => {
                let mut encoder = ZlibEncoder::new(into, Compression::fast());
                encoder.write_all(body).and_then(|()| encoder.finish())
            }
        };
        encoded.expect("memory takes every byte")
    }

    fn decode(self, body: &[u8]) -> io::Result<Vec<u8>> {
        let mut decoded = Vec::new();
        match self {
            Encoding::Deflate => read_bounded(ZlibDecoder::new(body), &mut decoded)?,
            Encoding::Gzip => {
                let mut rest = body;
                loop {
                    let mut member = GzDecoder::new(rest);
                    read_bounded(&mut member, &mut decoded)?;
                    rest = member.into_inner();
                    if !rest.starts_with(&[0x1f, 0x8b]) {
                        break;
                    }
                }
            }
        }
        Ok(decoded)
    }
}

/// The body that `Content-Encoding` describes; none where it cannot be read.
pub fn decoded(content_encoding: &str, body: &[u8]) -> Option<Vec<u8>> {
    Encoding::named(content_encoding.trim())?.decode(body).ok()
}

fn read_bounded(from: impl Read, into: &mut Vec<u8>) -> io::Result<()> {
    let room = DECODED_BYTES - into.len() as u64;
    let read = from.take(room + 1).read_to_end(into)?;
    if read as u64 > room { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(()) }
}

/// The first `q` of an entry's parameters, from 0 to 1; what is no number counts as 1.
fn quality<'a>(mut parameters: impl Iterator<Item = &'a str>) -> f64 {
    parameters
        .find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            name.trim().eq_ignore_ascii_case("q").then(|| value.trim().parse().unwrap_or(1.0))
        })
        .unwrap_or(1.0_f64)
        .clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_gets_what_it_prefers() {
        for (header, expected) in [
            ("", ""),
            ("identity", ""),
            ("br, zstd, compress, x-gzip", ""),
            ("gzip, deflate", "gzip"),
            ("br, identity, deflate, gzip", "deflate"),
            ("GZIP, identity", "gzip"),
            ("dog, gzip ,, cat", "gzip"),
            ("gzip;q=0.8, deflate;q=0.5", "gzip"),
            ("br, gzip;q=0, deflate; q = 0.5 , identity;q=0", "deflate"),
            ("*", "gzip"),
            ("*, deflate;q=0.5", "gzip"),
            ("*, deflate", "deflate"),
            ("*, identity", "gzip"),
            ("*, gzip;q=0.5", "deflate"),
            ("gzip ;q=0", ""),
            ("*;q=0", ""),
            ("*;q=0.5,identity", "gzip"),
            ("br;q=0.8,identity;q=0.5,*;q=0", ""),
            ("\"gzip\"", ""),
            ("gzip br", ""),
            ("gzip:q=1", ""),
            ("gzip;q=31,deflate;q=51", "gzip"),
            ("deflate;q=0.5, gzip;q=0.2", "deflate"),
            ("deflate;q=0.5, gzip;q=1;q=0.2", "gzip"),
            ("deflate;q=0.5,gzip;q=0.", "deflate"),
            ("deflate;q=0.5,gzip;q=0.x", "gzip"),
            ("deflate;q=-0.5,gzip;q=0.2", "gzip"),
            ("gzip;nq=1;q=0 ", ""),
            ("gzip;q=0, gzip;q=1, gzip;q=0", "gzip"),
            ("br,identity;q=0.5,gzip;q=0.0001", "gzip"),
        ] {
            assert_eq!(Encoding::accepted(header).map_or("", Encoding::name), expected, "{header}");
        }
    }

    #[test]
    fn what_was_encoded_is_decoded() {
        let body = br#"{"TableName":"T"}"#.repeat(1000);
        for encoding in [Encoding::Gzip, Encoding::Deflate] {
            let small = encoding.encode(&body);
            assert!(small.len() < body.len() / 20);
            assert_eq!(decoded(encoding.name(), &small).as_deref(), Some(&body[..]));
            assert_eq!(decoded(encoding.name(), &small[..small.len() - 1]), None);
            assert_eq!(decoded(encoding.name(), b""), None);
            assert_eq!(decoded(encoding.name(), &body), None);
        }
        assert_eq!(decoded("garbage", &body), None);
    }

    #[test]
    fn several_members_are_one_body_and_what_follows_is_ignored() {
        let mut members = Encoding::Gzip.encode(b"one ");
        members.extend(Encoding::Gzip.encode(b"two"));
        members.extend(b"junk");
        assert_eq!(decoded("gzip", &members).as_deref(), Some(&b"one two"[..]));
    }

    #[test]
    fn a_body_that_grows_without_end_is_refused() {
        let bomb = Encoding::Gzip.encode(&vec![b' '; 1 << 20]).repeat(257);
        assert_eq!(decoded("gzip", &bomb), None);
    }
}

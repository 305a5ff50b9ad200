//! A request's headers where they were received, and how an answer's are written.
//!
//! Owns finding a header by its name. Nothing is copied: a header is two places in the bytes that came. Knows no header.
//!
//! Follows [RFC 9110, section 5](https://www.rfc-editor.org/rfc/rfc9110#section-5).

use std::ops::Range;

/// Where a header stands in what was received: its name, and its value.
pub type Place = (Range<usize>, Range<usize>);

/// The headers of a request.
#[derive(Clone, Copy)]
pub struct Headers<'a> {
    received: &'a [u8],
    places: &'a [Place],
}

impl<'a> Headers<'a> {
    /// Those at these places.
    pub fn new(received: &'a [u8], places: &'a [Place]) -> Headers<'a> {
        Headers { received, places }
    }

    /// All values of that name, in their order.
    pub fn all(self, name: &str) -> impl DoubleEndedIterator<Item = &'a [u8]> {
        let Headers { received, places } = self;
        places
            .iter()
            .filter(move |(at, _)| at.len() == name.len())
            .filter(move |(at, _)| received[at.clone()].eq_ignore_ascii_case(name.as_bytes()))
            .map(move |(_, value)| &received[value.clone()])
    }

    /// The first value of that name.
    pub fn get(self, name: &str) -> Option<&'a [u8]> {
        self.all(name).next()
    }

    /// The first value of that name, where it is a text.
    pub fn text(self, name: &str) -> Option<&'a str> {
        self.get(name).and_then(text)
    }
}

/// A value that has nothing but what ASCII shows, blanks and tabs.
pub fn text(value: &[u8]) -> Option<&str> {
    let visible = value.iter().all(|&byte| (b' '..=b'~').contains(&byte) || byte == b'\t');
    if visible { std::str::from_utf8(value).ok() } else { None }
}

/// Writes a line of an answer's head.
pub fn write(name: &str, value: &[u8], into: &mut Vec<u8>) {
    into.extend_from_slice(name.as_bytes());
    into.extend_from_slice(b": ");
    into.extend_from_slice(value);
    into.extend_from_slice(b"\r\n");
}

/// The same of a number.
pub fn write_number(name: &str, number: u64, into: &mut Vec<u8>) {
    let (mut digits, mut at, mut rest) = ([0; 20], 20, number);
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    write(name, &digits[at..], into);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_found_whatever_its_case_and_the_first_counts() {
        let received = b"Accept: a\r\naccept: b\r\nDate: \xff\r\n";
        let places = [(0..6, 8..9), (11..17, 19..20), (22..26, 28..29)];
        let headers = Headers::new(received, &places);
        assert_eq!(headers.text("ACCEPT"), Some("a"));
        assert_eq!(headers.all("accept").next_back(), Some(&b"b"[..]));
        assert_eq!((headers.text("date"), headers.get("date")), (None, Some(&b"\xff"[..])));
        assert_eq!(headers.get("accep"), None);
    }

    #[test]
    fn a_line_is_written_with_its_end() {
        let mut written = Vec::new();
        write("server", b"Server", &mut written);
        for number in [0, 7, 10, u64::MAX] {
            write_number("n", number, &mut written);
        }
        assert_eq!(written, b"server: Server\r\nn: 0\r\nn: 7\r\nn: 10\r\nn: 18446744073709551615\r\n");
    }
}

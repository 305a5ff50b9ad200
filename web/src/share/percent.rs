//! Percent-encoding of what stands in an address, as [RFC 3986](https://www.rfc-editor.org/rfc/rfc3986#section-2.1) has it.

/// Everything but letters, digits and `-_.~` encoded.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(byte as char),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// The same for a query string, in which a space is a plus.
pub fn encode_query(text: &str) -> String {
    encode(text).replace("%20", "+")
}

/// What [`encode`] was given. What is not encoded stays as it is.
pub fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%')
            .then(|| text.get(at + 1..at + 3))
            .flatten()
            .and_then(|two| u8::from_str_radix(two, 16).ok());
        out.push(hex.unwrap_or(bytes[at]));
        at += if hex.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// What [`encode_query`] was given.
pub fn decode_query(text: &str) -> String {
    decode(&text.replace('+', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_encoded_comes_back_and_what_never_was_stays() {
        for text in ["", "plain", "a b+c", "100 % ü", "https://x.example/?a=1&b=2#c"] {
            assert_eq!(decode(&encode(text)), text);
            assert_eq!(decode_query(&encode_query(text)), text);
        }
        assert_eq!(decode("50%"), "50%");
        assert_eq!(decode("%zz%4"), "%zz%4");
        assert_eq!(decode_query("a+b%2Bc"), "a b+c");
    }
}

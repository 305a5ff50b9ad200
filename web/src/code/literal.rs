//! Names and texts as programming languages write them. Pure.

use serde_json::Value;

/// A text in double quotes, with the escapes that JSON, Python, JavaScript, Java, Go and C# have in common.
pub fn quote(text: &str) -> String {
    Value::from(text).to_string()
}

/// A text in double quotes, as Rust writes it.
pub fn rust_quote(text: &str) -> String {
    format!("{text:?}")
}

/// `SSESpecification` → `sse_specification`.
pub fn snake(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| letters[before]);
        let begins = letter.is_ascii_uppercase()
            && before.is_some_and(|before| {
                !before.is_ascii_uppercase() || letters.get(at + 1).is_some_and(char::is_ascii_lowercase)
            });
        if begins {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

/// `SSESpecification` → `sseSpecification`.
pub fn lower_camel(name: &str) -> String {
    let words = snake(name);
    let mut words = words.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| name + &capital(word))
}

/// `ALL_OLD` → `AllOld`, `SSEType` → `SseType`.
pub fn pascal(name: &str) -> String {
    let words =
        if name.bytes().any(|byte| byte.is_ascii_lowercase()) { snake(name) } else { name.to_lowercase() };
    words.split(['_', '-']).map(capital).collect()
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

/// Whether a number can be written in a program without losing a digit: a whole number of at most 15 digits.
pub fn is_small_whole(number: &str) -> bool {
    let digits = number.strip_prefix('-').unwrap_or(number);
    digits == "0"
        || ((1..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_change_their_style() {
        let all = [
            ("PutItem", "put_item", "putItem"),
            ("SSESpecification", "sse_specification", "sseSpecification"),
            ("KMSMasterKeyId", "kms_master_key_id", "kmsMasterKeyId"),
            ("S3Bucket", "s3_bucket", "s3Bucket"),
            ("S3SseAlgorithm", "s3_sse_algorithm", "s3SseAlgorithm"),
            ("TopK", "top_k", "topK"),
        ];
        for (name, snaked, camel) in all {
            assert_eq!((snake(name).as_str(), lower_camel(name).as_str()), (snaked, camel));
        }
        assert_eq!((pascal("ALL_OLD").as_str(), pascal("SSEType").as_str()), ("AllOld", "SseType"));
        assert_eq!((pascal("AES256").as_str(), pascal("S").as_str()), ("Aes256", "S"));
        assert!(is_small_whole("-12") && !is_small_whole("1.0") && !is_small_whole("012"));
    }
}

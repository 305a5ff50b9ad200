//! New inputs out of old ones.
//!
//! Owns the changes: bytes flipped, spans removed, doubled, moved in from another input, words of the format put in, and nesting
//! without end. Knows no format.

use engine::random::Random;

/// The largest input, in bytes.
const LARGEST: usize = 1 << 20;
/// How deep a span is nested at most.
const DEEPEST: u64 = 20_000;

/// A changed copy of one of the inputs; `words` are the format's own.
pub fn mutate(random: &mut Random, inputs: &[Vec<u8>], words: &[&str]) -> Vec<u8> {
    let mut input = pick(random, inputs).clone();
    for _ in 0..1 + random.below(4) {
        change(random, &mut input, inputs, words);
        input.truncate(LARGEST);
    }
    input
}

fn pick<'a, T>(random: &mut Random, from: &'a [T]) -> &'a T {
    &from[random.below(from.len() as u64) as usize]
}

/// A span of the input, of up to that many bytes.
fn span(random: &mut Random, input: &[u8], longest: u64) -> std::ops::Range<usize> {
    let start = random.below(input.len() as u64 + 1);
    let end = (start + random.below(longest + 1)).min(input.len() as u64);
    start as usize..end as usize
}

fn change(random: &mut Random, input: &mut Vec<u8>, inputs: &[Vec<u8>], words: &[&str]) {
    match random.below(12) {
        0 => {
            let at = span(random, input, 1);
            if let Some(byte) = input.get_mut(at.start) {
                *byte ^= 1 << random.below(8);
            }
        }
        1 => {
            let at = span(random, input, 1);
            let byte =
                *pick(random, &[0, 1, 0x7f, 0x80, 0xff, b'0', b'9', b'"', b'{', b'[', b'.', b'-', b'e']);
            input.splice(at, [byte]);
        }
        2 => {
            let at = span(random, input, 16);
            input.drain(at);
        }
        3 => {
            let at = span(random, input, 64);
            input.truncate(at.start);
        }
        4 => {
            let from = span(random, input, 64);
            let copied = input[from.clone()].to_vec();
            input.splice(from.end..from.end, copied);
        }
        5 | 6 => {
            let other = pick(random, inputs).clone();
            let from = span(random, &other, 64);
            let at = span(random, input, 16);
            input.splice(at, other[from].iter().copied());
        }
        7..10 => {
            let at = span(random, input, 8);
            let word = pick(random, words);
            input.splice(at, word.bytes());
        }
        10 => {
            let from = span(random, input, 8);
            let copied = input[from.clone()].repeat(1 + random.below(300) as usize);
            input.splice(from.end..from.end, copied);
        }
        _ => nest(random, input),
    }
}

/// Puts a span between many openings and as many closings.
fn nest(random: &mut Random, input: &mut Vec<u8>) {
    let pairs: [(&str, &str); 8] = [
        ("(", ")"),
        ("[", "]"),
        ("{\"a\":", "}"),
        ("{\"M\":{\"a\":", "}}"),
        ("{\"L\":[", "]}"),
        ("NOT ", ""),
        ("<<", ">>"),
        ("if_not_exists(a, ", ")"),
    ];
    let (open, close) = *pick(random, &pairs);
    let deepest = random.below(DEEPEST);
    let depth = random.below(deepest + 1) as usize;
    let at = span(random, input, 64);
    input.splice(at.end..at.end, close.repeat(depth).bytes());
    input.splice(at.start..at.start, open.repeat(depth).bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_input_and_another_seed_another_one() {
        let inputs = [b"SET a = :a".to_vec(), b"a = :a AND b < :b".to_vec()];
        let of = |seed| mutate(&mut Random::new(seed), &inputs, &["AND", "("]);
        assert_eq!(of(1), of(1));
        assert!((1..20).any(|seed| of(seed) != of(1)));
        assert!((1..500).all(|seed| of(seed).len() <= LARGEST));
    }
}

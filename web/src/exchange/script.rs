//! The object literals of a JavaScript or TypeScript text.
//!
//! Owns the reading of literals; never runs anything: what is no literal (a function, a call, a name) is kept as its text. Made for
//! schemas as people write them: comments, trailing commas, `as const`, template strings, shorthand members.

/// How deep literals may be nested.
const DEPTH_MAX: usize = 60;
/// So many times its letters a text is gone over, at the most: what begins again and again and never ends is given up.
const PASSES_MAX: usize = 40;

/// A value as it is written.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// A text: in quotes, or a template as it stands.
    Text(String),
    /// Anything else that is one word: a number, a name, `true`; or what is no literal.
    Code(String),
    /// A list.
    List(Vec<Literal>),
    /// An object, in the order of its members.
    Object(Vec<(String, Literal)>),
}

impl Literal {
    /// A member of an object.
    pub fn get(&self, name: &str) -> Option<&Literal> {
        match self {
            Literal::Object(members) => members.iter().find(|(own, _)| own == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The members of an object; none of anything else.
    pub fn members(&self) -> &[(String, Literal)] {
        match self {
            Literal::Object(members) => members,
            _ => &[],
        }
    }

    /// A text.
    pub fn text(&self) -> Option<&str> {
        match self {
            Literal::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A text, or the word that stands for a value: `String`, `'string'`.
    pub fn word(&self) -> &str {
        match self {
            Literal::Text(text) | Literal::Code(text) => text,
            _ => "",
        }
    }

    /// The elements of a list; the value itself where it is none.
    pub fn list(&self) -> &[Literal] {
        match self {
            Literal::List(list) => list,
            one => std::slice::from_ref(one),
        }
    }
}

/// The literals of a text.
pub struct Script<'a> {
    text: &'a str,
    /// The outermost object literals, in order.
    pub objects: Vec<Literal>,
}

impl Script<'_> {
    /// A value as a text: itself, or that of the constant that it names.
    pub fn resolved(&self, value: &Literal) -> Option<String> {
        match value {
            Literal::Text(text) if !text.contains("${") => Some(text.clone()),
            Literal::Code(name) => self.constant(name),
            _ => None,
        }
    }

    /// The text of `const name = '…'`.
    fn constant(&self, name: &str) -> Option<String> {
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$');
        if !is_name {
            return None;
        }
        ["const", "let", "var"].into_iter().find_map(|word| {
            let (_, behind) = self.text.split_once(&format!("{word} {name} ="))?;
            let mut reader = Reader { text: behind, at: 0, left: behind.len() + 1 };
            reader.space();
            match reader.peek()? {
                '\'' | '"' | '`' => reader.quoted(),
                _ => None,
            }
        })
    }
}

/// Finds the object literals of a text.
pub fn objects(text: &str) -> Script<'_> {
    let mut reader = Reader { text, at: 0, left: (text.len() + 1) * PASSES_MAX };
    let mut objects = Vec::new();
    while let Some(next) = reader.peek().filter(|_| reader.left > 0) {
        match next {
            '{' => {
                let start = reader.at;
                match reader.object(0) {
                    Some(object) if !object.members().is_empty() => objects.push(object),
                    _ => reader.at = start + 1,
                }
            }
            '\'' | '"' | '`' => {
                let start = reader.at;
                if reader.quoted().is_none() {
                    reader.at = start + 1;
                }
            }
            _ if reader.comment() => {}
            other => reader.at += other.len_utf8(),
        }
    }
    Script { text, objects }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// So many letters may still be gone over.
    left: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn takes(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += if found { wanted.len_utf8() } else { 0 };
        found
    }

    /// Notes that so many letters were gone over; none when there have been too many.
    fn spend(&mut self, letters: usize) -> Option<()> {
        self.left = self.left.checked_sub(letters)?;
        Some(())
    }

    /// Goes past a comment, if one stands here.
    fn comment(&mut self) -> bool {
        let length = match self.rest() {
            rest if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            rest if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            _ => return false,
        };
        self.at += length;
        self.left = self.left.saturating_sub(length);
        true
    }

    fn space(&mut self) {
        loop {
            let blank = self.rest().len() - self.rest().trim_start().len();
            self.at += blank;
            if !self.comment() && blank == 0 {
                return;
            }
        }
    }

    /// A text in quotes of any kind.
    fn quoted(&mut self) -> Option<String> {
        let quote = self.peek()?;
        self.at += 1;
        let mut text = String::new();
        let mut letters = self.rest().char_indices();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '\\' => match letters.next()?.1 {
                    'n' => text.push('\n'),
                    't' => text.push('\t'),
                    other => text.push(other),
                },
                _ if letter == quote => {
                    self.at += at + 1;
                    self.spend(at)?;
                    return Some(text);
                }
                '\n' if quote != '`' => break,
                _ => text.push(letter),
            }
        }
        self.spend(self.rest().len().min(text.len() + 1))?;
        None
    }

    fn object(&mut self, depth: usize) -> Option<Literal> {
        self.spend(1)?;
        if depth > DEPTH_MAX || !self.takes('{') {
            return None;
        }
        let mut members = Vec::new();
        loop {
            self.space();
            if self.takes('}') {
                return Some(Literal::Object(members));
            }
            members.push(self.member(depth)?);
            self.space();
            if !self.takes(',') && self.peek() != Some('}') {
                return None;
            }
        }
    }

    fn member(&mut self, depth: usize) -> Option<(String, Literal)> {
        let name = match self.peek()? {
            '\'' | '"' => self.quoted()?,
            '.' | '[' => {
                let code = self.code()?;
                return Some((code.clone(), Literal::Code(code)));
            }
            _ => self.name()?,
        };
        self.space();
        match self.peek()? {
            ':' => {
                self.at += 1;
                self.space();
                Some((name, self.value(depth + 1)?))
            }
            ',' | '}' => Some((name.clone(), Literal::Code(name))),
            // A method.
            '(' => Some((name, Literal::Code(self.code()?))),
            _ => None,
        }
    }

    fn name(&mut self) -> Option<String> {
        let letter = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        let end = self.rest().find(|c| !letter(c)).unwrap_or(self.rest().len());
        let name = self.rest()[..end].to_owned();
        self.at += end;
        (!name.is_empty()).then_some(name)
    }

    fn value(&mut self, depth: usize) -> Option<Literal> {
        let start = self.at;
        let literal = match self.peek()? {
            '{' => self.object(depth),
            '[' => self.array(depth),
            '\'' | '"' | '`' => self.quoted().map(Literal::Text),
            _ => None,
        };
        if let Some(literal) = literal {
            self.space();
            let behind = self.rest();
            // A type that is said of it changes nothing.
            let typed = behind.starts_with("as ") || behind.starts_with("satisfies ");
            if typed || behind.starts_with([',', '}', ']', ')']) {
                if typed {
                    self.code()?;
                }
                return Some(literal);
            }
        }
        self.at = start;
        self.code().map(Literal::Code)
    }

    fn array(&mut self, depth: usize) -> Option<Literal> {
        if depth > DEPTH_MAX || !self.takes('[') {
            return None;
        }
        let mut list = Vec::new();
        loop {
            self.space();
            if self.takes(']') {
                return Some(Literal::List(list));
            }
            list.push(self.value(depth + 1)?);
            self.space();
            if !self.takes(',') && self.peek() != Some(']') {
                return None;
            }
        }
    }

    /// Whatever stands until the next comma or closing bracket of this level.
    fn code(&mut self) -> Option<String> {
        let start = self.at;
        let mut open = 0_usize;
        while let Some(next) = self.peek() {
            self.spend(1)?;
            match next {
                ',' | '}' | ']' | ')' if open == 0 => break,
                '(' | '[' | '{' => open += 1,
                ')' | ']' | '}' => open -= 1,
                '\'' | '"' | '`' => {
                    self.quoted()?;
                    continue;
                }
                _ if self.comment() => continue,
                _ => {}
            }
            self.at += next.len_utf8();
        }
        let code = self.text[start..self.at].trim().to_owned();
        (open == 0 && !code.is_empty() && self.peek().is_some()).then_some(code)
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn literals_are_read_and_code_is_kept() {
        let text = "import { a } from 'x' // {b: 1}\nconst table = \"app\";\nexport const S = {\n  // first\n  a: 'it\\'s', \"b-c\": [1, `t-${x}`,],\n  \
                    f: (x) => { return {y: 1} }, g(z) { return 1 }, type: String, table, ...rest, n: { m: true } as const,\n} as const;\n";
        let script = objects(text);
        let object = script.objects.last().expect("an object");
        assert_eq!(object.get("a").and_then(Literal::text), Some("it's"));
        let list = object.get("b-c").map(Literal::list);
        assert_eq!(list, Some(&[Literal::Code("1".into()), Literal::Text("t-${x}".into())][..]));
        assert_eq!(object.get("type").map(Literal::word), Some("String"));
        assert_eq!(object.get("f").map(Literal::word), Some("(x) => { return {y: 1} }"));
        assert_eq!(object.get("n").and_then(|n| n.get("m")).map(Literal::word), Some("true"));
        assert_eq!(object.get("table").and_then(|table| script.resolved(table)).as_deref(), Some("app"));
        assert_eq!(object.get("nothing"), None);
    }

    #[test]
    fn what_never_ends_ends_here() {
        for text in [
            "{a:".repeat(20_000),
            "{a: [".repeat(20_000),
            "{a:(".repeat(5_000),
            "'".to_owned(),
            "/*".to_owned(),
        ] {
            assert_eq!(objects(&text).objects, []);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_taken(text in "[a{}\\[\\]():,.'\"`$/* \n\\\\é=>]{0,60}") {
            objects(&text);
        }
    }
}

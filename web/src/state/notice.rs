//! The status line: one sentence about what was just done. Nothing floats, and nothing has to be closed.

use super::reducible;

/// How grave a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Something went as asked.
    Done,
    /// Something to know.
    Note,
    /// Something failed.
    Failed,
}

impl Level {
    /// The value of `data-level`.
    pub fn name(self) -> &'static str {
        match self {
            Level::Done => "done",
            Level::Note => "note",
            Level::Failed => "failed",
        }
    }
}

/// The status line's content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notices {
    /// What stands there.
    pub current: Option<Notice>,
    said: u64,
}

/// One sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Counts up: the same sentence said twice is two notices.
    pub number: u64,
    /// How grave.
    pub level: Level,
    /// The sentence.
    pub text: String,
}

/// What can happen to the status line.
#[derive(Clone, Debug)]
pub enum NoticeAction {
    /// Say this.
    Say(Level, String),
    /// Put that notice away, if it still stands.
    Clear(u64),
}

impl Notices {
    /// The transition.
    pub fn apply(&mut self, action: NoticeAction) {
        match action {
            NoticeAction::Say(level, text) => {
                self.said += 1;
                self.current = Some(Notice { number: self.said, level, text });
            }
            NoticeAction::Clear(number) => {
                self.current.take_if(|notice| notice.number == number);
            }
        }
    }
}

reducible!(Notices, NoticeAction);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_clear_leaves_the_newer_notice() {
        let mut notices = Notices::default();
        notices.apply(NoticeAction::Say(Level::Done, "Saved.".into()));
        notices.apply(NoticeAction::Say(Level::Failed, "Not saved.".into()));
        notices.apply(NoticeAction::Clear(1));
        assert_eq!(notices.current.as_ref().map(|n| n.text.as_str()), Some("Not saved."));
        notices.apply(NoticeAction::Clear(2));
        assert_eq!(notices.current, None);
    }
}

//! What was consumed of the tables' capacity, saved beside the journal: a journal knows of writes alone.
//!
//! No answer waits for it: where it fails, or the tab is closed before, the next opening finds fuller buckets.

use engine::timeline::Tally;

use super::Open;
use crate::worker::clock;

/// What was consumed is saved so long after it was, in milliseconds: with all that came in the meantime.
const SPENT_MS: f64 = 1_500.0;

impl Open {
    /// Takes up what was consumed; a sentence where that is damaged.
    pub(super) async fn take_up_spent(&mut self) -> Option<String> {
        let journal = self.durable.journal()?;
        let read = match journal.spent().await {
            Ok(Some(spent)) => self.durable.world.take_up_spent(&spent).map_err(|damage| damage.0),
            Ok(None) => Ok(()),
            Err(reason) => Err(reason),
        };
        let reason = read.err()?;
        Some(format!(
            "What was consumed of the tables' capacity could not be read ({reason}): every bucket is full."
        ))
    }

    /// Notes that a batch consumed something, if it did.
    pub(super) fn note_spent(&mut self, tallies: &[Tally]) {
        if !tallies.is_empty() {
            self.spent_since_ms.get_or_insert_with(clock::monotonic_ms);
        }
    }

    /// In how many milliseconds what was consumed is to be saved.
    pub fn spent_in_ms(&self) -> Option<u64> {
        let since_ms = self.spent_since_ms.filter(|_| !self.durable.is_memory())?;
        Some((since_ms + SPENT_MS - clock::monotonic_ms()).max(0.0) as u64)
    }

    /// Saves what was consumed where that is due. No answer waits for it: where it fails, or the tab is closed before, the next
    /// opening finds fuller buckets.
    pub async fn keep_spent(&mut self) {
        if self.spent_in_ms() != Some(0) {
            return;
        }
        self.spent_since_ms = None;
        let spent = self.durable.world.spent();
        if let Some(journal) = self.durable.journal()
            && let Err(failure) = journal.keep_spent(spent).await
        {
            web_sys::console::warn_1(
                &format!("What was consumed is not saved: {}", failure.sentence()).into(),
            );
        }
    }
}

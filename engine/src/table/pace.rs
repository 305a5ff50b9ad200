//! The pace at which a table's settings change: what takes its time while the table stays ACTIVE, and how often a setting
//! may be changed at all.
//!
//! Owns the saved form of what is under way ([`Pace`]), and the refusals of a change that comes too early. Never reads a
//! request.
//!
//! Follows the API findings that the ACK project published for its DynamoDB controller in October 2026.
//!
//! Differs from DynamoDB: durations are modelled. There a new encryption takes 22 s, of which the first 9 show the old key,
//! and warm throughput 4 to 9 minutes to rise.

use serde::{Deserialize, Serialize};

use super::lifecycle::{duration, stream_label};
use super::schema::{Table, WarmThroughput};
use crate::error::Result;
use crate::error::table::{self as words, ensure};

/// How long an encryption is UPDATING.
pub const ENCRYPTING_MS: u64 = 5000;
/// How long it shows the old key.
pub const OLD_KEY_MS: u64 = 2000;
/// How long warm throughput is UPDATING.
pub const WARMING_MS: u64 = 6000;

const PROTECTION_COOLDOWN_MS: u64 = 15_000;
const ENCRYPTION_WINDOW_MS: u64 = 24 * 3_600_000;
const ENCRYPTION_INTERVAL_MS: u64 = 6 * 3_600_000;
const FREE_ENCRYPTIONS: usize = 4;

/// What is under way, and what was when.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pace {
    /// When deletion protection was last switched.
    #[serde(default)]
    protection_ms: Option<u64>,
    /// The encryption that is being changed to the table's.
    #[serde(default)]
    encrypting: Option<Encrypting>,
    /// When encryption was changed in the running window of a day.
    #[serde(default)]
    encryptions_ms: Vec<u64>,
    /// What warm throughput rises to.
    #[serde(default)]
    warming: Option<Warming>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Encrypting {
    old_key_arn: Option<String>,
    since_ms: u64,
    until_ms: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Warming {
    target: WarmThroughput,
    until_ms: u64,
}

impl Pace {
    /// Whether something is under way that keeps the table from being deleted.
    pub(super) fn is_busy(&self) -> bool {
        self.encrypting.is_some() || self.warming.is_some()
    }

    /// Whether encryption is being changed.
    pub(super) fn is_encrypting(&self) -> bool {
        self.encrypting.is_some()
    }

    /// Whether warm throughput rises.
    pub(super) fn is_warming(&self) -> bool {
        self.warming.is_some()
    }

    /// What warm throughput is to become.
    pub(super) fn warm_target(&self) -> Option<WarmThroughput> {
        self.warming.map(|warming| warming.target)
    }

    /// The key to show while encryption changes to `key_arn`: first the old one.
    pub(super) fn shown_key<'a>(&'a self, key_arn: Option<&'a String>, now_ms: u64) -> Option<&'a String> {
        match &self.encrypting {
            Some(encrypting) if now_ms < encrypting.since_ms + OLD_KEY_MS => encrypting.old_key_arn.as_ref(),
            _ => key_arn,
        }
    }

    /// When something under way is done.
    pub(super) fn next_due_ms(&self) -> Option<u64> {
        let encrypted_ms = self.encrypting.as_ref().map(|encrypting| encrypting.until_ms);
        encrypted_ms.into_iter().chain(self.warming.map(|warming| warming.until_ms)).min()
    }

    /// The table is being deleted: nothing goes on.
    pub(super) fn stop(&mut self) {
        (self.encrypting, self.warming) = (None, None);
    }
}

/// Finishes what is due.
pub(super) fn step(table: &mut Table, now_ms: u64) {
    let pace = &mut table.attachments.pace;
    if pace.encrypting.as_ref().is_some_and(|encrypting| encrypting.until_ms <= now_ms) {
        pace.encrypting = None;
    }
    if let Some(warming) = pace.warming.take_if(|warming| warming.until_ms <= now_ms) {
        table.warm.read_units = table.warm.read_units.max(warming.target.read_units);
        table.warm.write_units = table.warm.write_units.max(warming.target.write_units);
    }
}

/// Switches deletion protection; the same again is no switch.
pub(super) fn protect(table: &mut Table, protection: bool, now_ms: u64, instant: bool) -> Result<()> {
    if table.deletion_protection == protection {
        return Ok(());
    }
    let pace = &mut table.attachments.pace;
    if let Some(last_ms) = pace.protection_ms.filter(|_| !instant) {
        let again_ms = last_ms + PROTECTION_COOLDOWN_MS;
        ensure(now_ms >= again_ms, || {
            words::protection_changed_lately(&table.name, PROTECTION_COOLDOWN_MS, &stream_label(again_ms))
        })?;
    }
    pace.protection_ms = Some(now_ms);
    table.deletion_protection = protection;
    Ok(())
}

/// Encrypts the table with another key, or with the service's own.
pub(super) fn encrypt(table: &mut Table, key_arn: Option<String>, now_ms: u64, instant: bool) -> Result<()> {
    let pace = &mut table.attachments.pace;
    if pace.encrypting.is_some() {
        // The same again is let in, and changes nothing.
        return ensure(key_arn == table.kms_key_arn, || {
            words::in_use("Server-Side Encryption is still being updated")
        });
    }
    if pace.encryptions_ms.first().is_some_and(|first_ms| now_ms >= first_ms + ENCRYPTION_WINDOW_MS) {
        pace.encryptions_ms.clear();
    }
    if let (Some(first_ms), Some(last_ms)) = (pace.encryptions_ms.first(), pace.encryptions_ms.last())
        && pace.encryptions_ms.len() >= FREE_ENCRYPTIONS
    {
        let (ends_ms, next_ms) = (first_ms + ENCRYPTION_WINDOW_MS, last_ms + ENCRYPTION_INTERVAL_MS);
        ensure(now_ms >= next_ms, || {
            words::encryptions_exhausted(
                (FREE_ENCRYPTIONS, ENCRYPTION_INTERVAL_MS / 1000),
                pace.encryptions_ms.len(),
                [ends_ms, *last_ms, next_ms.min(ends_ms)].map(stream_label),
            )
        })?;
    }
    pace.encryptions_ms.push(now_ms);
    let old_key_arn = std::mem::replace(&mut table.kms_key_arn, key_arn);
    pace.encrypting = (!instant).then(|| Encrypting {
        old_key_arn,
        since_ms: now_ms,
        until_ms: now_ms + duration(ENCRYPTING_MS, instant),
    });
    Ok(())
}

/// Raises warm throughput; the last request counts.
pub(super) fn warm(table: &mut Table, target: WarmThroughput, now_ms: u64, instant: bool) {
    table.attachments.pace.warming =
        Some(Warming { target, until_ms: now_ms + duration(WARMING_MS, instant) });
}

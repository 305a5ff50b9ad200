//! The clients that send requests, and how they send refused ones again.
//!
//! Owns the backoff and each client's retry quota, as the AWS SDKs' standard mode has them since November 2026
//! ([retry behavior](https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html), and the SDKs' sources for
//! DynamoDB's own numbers): at most four attempts; a wait drawn evenly from 0 to min(20 s, base · 2^retries), the base 25 ms
//! after a fault of the service and 1 s after throttling; a quota of 500 tokens, of which a retry takes 14, or 5 after
//! throttling, and a success gives back what its retry took, or 1. Never sends anything.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::ErrorKind;
use crate::random::Random;

/// The longest wait before jitter, in milliseconds.
const MAX_BACKOFF_MS: u64 = 20_000;
/// The base of the wait after throttling, in milliseconds.
const THROTTLING_BASE_MS: u64 = 1_000;
/// The base after a fault of the service: DynamoDB's own, in milliseconds.
const FAULT_BASE_MS: u64 = 25;
/// How many tokens a client's quota holds.
const QUOTA: u16 = 500;
/// What a retry takes after throttling…
const THROTTLING_COST: u16 = 5;
/// …and after a fault.
const FAULT_COST: u16 = 14;
/// The most clients that are told apart.
const CLIENTS: u32 = 100_000;
/// The most requests that wait to be sent again: one more is given up. With their values they hold about 20 MB.
pub const WAITING: usize = 100_000;

/// Who sends the requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Clients {
    /// How many there are: each with its own quota.
    pub count: u32,
    /// How often one request is sent at most; 1 for clients that do not try again.
    pub max_attempts: u32,
}

impl Default for Clients {
    fn default() -> Clients {
        Clients { count: 100, max_attempts: 4 }
    }
}

/// What a refused request is, as a client sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// For want of capacity.
    Throttling,
    /// A fault of the service.
    Fault,
}

impl Refusal {
    /// What a client tries again; none for what would be refused again.
    pub fn of(kind: ErrorKind) -> Option<Refusal> {
        match kind {
            ErrorKind::ProvisionedThroughputExceeded
            | ErrorKind::RequestLimitExceeded
            | ErrorKind::Throttling
            | ErrorKind::TransactionInProgress => Some(Refusal::Throttling),
            ErrorKind::InternalServerError => Some(Refusal::Fault),
            _ => None,
        }
    }
}

/// A request that waits to be sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The client, from 0.
    pub client: u32,
    /// Which of the patterns.
    pub pattern: usize,
    /// The values of its templates.
    pub values: Vec<String>,
    /// How often it was sent.
    pub attempts: u32,
    /// What was taken from the quota for this retry.
    cost: u16,
    /// When it was first sent, in milliseconds of the epoch.
    pub first_ms: u64,
}

impl Waiting {
    /// A request that is sent for the first time.
    pub fn first(client: u32, pattern: usize, first_ms: u64) -> Waiting {
        Waiting { client, pattern, values: Vec::new(), attempts: 0, cost: 0, first_ms }
    }
}

/// The quotas of the clients and what waits.
#[derive(Clone, Debug)]
pub struct Retries {
    clients: Clients,
    quotas: Vec<u16>,
    /// By the time at which each is due, and in the order of coming.
    waiting: BTreeMap<(u64, u64), Waiting>,
    came: u64,
}

impl Retries {
    /// Of these clients, with full quotas.
    pub fn new(clients: Clients) -> Retries {
        let clients = Clients { count: clients.count.clamp(1, CLIENTS), ..clients };
        Retries { clients, quotas: vec![QUOTA; clients.count as usize], waiting: BTreeMap::new(), came: 0 }
    }

    /// How many clients there are.
    pub fn clients(&self) -> u32 {
        self.clients.count
    }

    /// When the next is due.
    pub fn next_ms(&self) -> Option<u64> {
        self.waiting.first_key_value().map(|((at_ms, _), _)| *at_ms)
    }

    /// The next.
    pub fn take_next(&mut self) -> Option<Waiting> {
        self.waiting.pop_first().map(|(_, waiting)| waiting)
    }

    /// How many wait.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// A request went well.
    pub fn succeeded(&mut self, request: &Waiting) {
        let quota = &mut self.quotas[request.client as usize];
        *quota = (*quota + request.cost.max(1)).min(QUOTA);
    }

    /// A request was refused at that time: whether it is sent again. `values` are asked for where it is.
    pub fn refused(
        &mut self,
        mut request: Waiting,
        refusal: Refusal,
        now_ms: u64,
        values: impl FnOnce() -> Vec<String>,
        random: &mut Random,
    ) -> bool {
        request.attempts += 1;
        let (base_ms, cost) = match refusal {
            Refusal::Throttling => (THROTTLING_BASE_MS, THROTTLING_COST),
            Refusal::Fault => (FAULT_BASE_MS, FAULT_COST),
        };
        let quota = &mut self.quotas[request.client as usize];
        if request.attempts >= self.clients.max_attempts || *quota < cost || self.waiting.len() >= WAITING {
            return false;
        }
        *quota -= cost;
        let doublings = (request.attempts - 1).min(20);
        let wait_ms = random.below((base_ms << doublings).min(MAX_BACKOFF_MS) + 1);
        self.came += 1;
        request.cost = cost;
        request.values = values();
        self.waiting.insert((now_ms + wait_ms, self.came), request);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(refusal: Refusal, attempts: u32) -> Vec<u64> {
        let mut random = Random::new(1);
        let wait = |_| {
            let mut retries = Retries::new(Clients { count: 1, max_attempts: 100 });
            let request = Waiting { attempts: attempts - 1, ..Waiting::first(0, 0, 0) };
            assert!(retries.refused(request, refusal, 0, Vec::new, &mut random));
            retries.next_ms().unwrap()
        };
        (0..400).map(wait).collect()
    }

    #[test]
    fn the_wait_is_drawn_from_a_bound_that_doubles_up_to_twenty_seconds() {
        for (refusal, attempts, bound_ms) in [
            (Refusal::Throttling, 1, 1_000),
            (Refusal::Throttling, 3, 4_000),
            (Refusal::Throttling, 6, 20_000),
            (Refusal::Throttling, 60, 20_000),
            (Refusal::Fault, 1, 25),
            (Refusal::Fault, 4, 200),
        ] {
            let waits = waits(refusal, attempts);
            let (least, most) = (*waits.iter().min().unwrap(), *waits.iter().max().unwrap());
            assert!(most <= bound_ms && most * 10 > bound_ms * 9, "{refusal:?} {attempts}: {most}");
            assert!(least * 10 < bound_ms, "{refusal:?} {attempts}: {least}");
        }
    }

    #[test]
    fn a_request_is_sent_so_often_at_most_and_a_quota_runs_out() {
        let mut random = Random::new(1);
        let mut retries = Retries::new(Clients { count: 2, max_attempts: 4 });
        let mut request = Waiting::first(0, 3, 10);
        for attempts in 1..4 {
            assert!(retries.refused(request, Refusal::Throttling, 0, || vec!["v".into()], &mut random));
            request = retries.take_next().unwrap();
            assert_eq!((request.attempts, request.pattern, request.first_ms), (attempts, 3, 10));
        }
        assert!(
            !retries.refused(request, Refusal::Throttling, 0, Vec::new, &mut random),
            "four times in all"
        );
        let again = |retries: &mut Retries, client, random: &mut Random| {
            retries.refused(Waiting::first(client, 0, 0), Refusal::Throttling, 0, Vec::new, random)
        };
        let sent = (0..1_000).filter(|_| again(&mut retries, 0, &mut random)).count();
        assert_eq!(sent, 97, "three of the hundred that 500 tokens pay for were sent before");
        assert!(again(&mut retries, 1, &mut random), "each client has its own");
        let retried = retries.take_next().unwrap();
        retries.succeeded(&Waiting { client: 0, ..retried });
        assert!(again(&mut retries, 0, &mut random), "a success gives back what its retry took");
        assert!(!again(&mut retries, 0, &mut random));
    }

    #[test]
    fn only_throttling_and_faults_are_tried_again() {
        assert_eq!(Refusal::of(ErrorKind::ProvisionedThroughputExceeded), Some(Refusal::Throttling));
        assert_eq!(Refusal::of(ErrorKind::InternalServerError), Some(Refusal::Fault));
        assert_eq!(Refusal::of(ErrorKind::ConditionalCheckFailed), None);
        assert_eq!(Refusal::of(ErrorKind::Validation), None);
    }
}

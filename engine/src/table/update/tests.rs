//! UpdateTable: tables of requests and what the service answers them.

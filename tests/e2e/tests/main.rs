//! Every goal, in one program: its tests fill all cores, whatever file they are in.
//!
//! `cargo test -p e2e heat::` runs those of one file.

mod accessible;
mod advice;
mod batch;
mod clock;
mod cluster;
mod connect;
mod consumer;
mod cost;
mod data;
mod design;
mod docs;
mod embed;
mod entities;
mod evicted;
mod exchange;
mod files;
mod first_minute;
mod first_visit;
mod heat;
mod heat_cells;
mod icons;
mod killed;
mod lacking;
mod lessons;
mod offline;
mod opening;
mod orders;
mod patterns;
mod regions;
mod security;
mod share;
mod storage;
mod streams;
mod survives;
mod tables;
mod tabs;
mod time;
mod traffic;
mod transactions;
mod workspaces;
mod writing;

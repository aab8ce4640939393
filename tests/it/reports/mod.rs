//! Reports: golden files of every form, what comes back from each by another's parser, and hostile text.

mod csv;
mod fixture;
mod golden;
mod json;
mod markdown;

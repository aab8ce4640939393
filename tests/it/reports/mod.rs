//! Reports: golden files of every form, what comes back from each by another's parser, and hostile text.

mod command;
mod csv;
mod ctrf;
mod fixture;
mod golden;
mod hostile;
mod html;
mod json;
mod junit;
mod markdown;
mod ses;
mod several;
mod tap;
mod testpad;

//! Files that other people wrote.

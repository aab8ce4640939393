//! Plans in, text out: parsers and printers.

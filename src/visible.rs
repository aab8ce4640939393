//! Makes hostile text safe to show: control, bidi and other invisible characters become visible marks.

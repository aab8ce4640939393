//! Which prompt of an edited plan is which prompt of the plan before.

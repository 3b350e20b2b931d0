//! The house as a whole, under test. See the files beside this one.

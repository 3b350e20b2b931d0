//! Imports into stores of their own.

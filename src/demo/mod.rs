//! The demo company: an invention with a fixed seed, dated relative to today.

//! Leads: contacts at an early lifecycle, as a list of their own.

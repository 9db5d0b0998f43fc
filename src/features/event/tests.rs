//! What an event may be, and what becomes of its dates: tables.

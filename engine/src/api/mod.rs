//! Request and response shapes, under the names that AWS gives them.

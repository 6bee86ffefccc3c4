/** Accounts, users, permissions and proofs of identity. */
package io.millrace.auth;

"""The ledger run: SIPp's citizens and seats on real Asterisk, and a ledger from SIPp's own log."""

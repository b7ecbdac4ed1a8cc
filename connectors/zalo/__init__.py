"""Zalo Official Accounts: signature, events, client, tokens, format. Nothing else in the tree knows Zalo's words."""

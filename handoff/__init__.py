"""Who owns a conversation, requests for an officer and reports: pure rules and their store. Imports nobody of ours."""

"""What tests use of Twilio's contract, by operation."""

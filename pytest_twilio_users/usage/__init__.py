"""What tests use of Twilio's contract: of which operation what, by the exchanges of a scope."""

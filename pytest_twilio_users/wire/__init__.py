"""How the contract looks as HTTP: messages, routing, codec, conformity. Knows no HTTP library."""

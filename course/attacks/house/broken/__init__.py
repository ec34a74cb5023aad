"""Each file here is a server that is broken on purpose. Nothing but the house imports them."""

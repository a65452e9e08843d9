"""One console served by several processes: what they share, and who begins and ends them."""

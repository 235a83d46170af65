package io.abraxas.server.broker;

/** A peer's own mark for a reply that it owes; the broker only hands it back. */
public interface ReplySlot {}

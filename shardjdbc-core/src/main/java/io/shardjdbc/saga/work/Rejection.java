package io.shardjdbc.saga.work;

/** What a step throws that will not do however often it is tried; its message may be kept. */
public interface Rejection {}

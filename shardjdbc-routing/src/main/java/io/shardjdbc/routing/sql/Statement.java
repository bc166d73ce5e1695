package io.shardjdbc.routing.sql;

/** A statement: one of the kinds whose rows we route, or a utility statement by its verb. */
public sealed interface Statement extends Node
    permits SelectStatement, Insert, Update, Delete, MergeInto, CopyRows, Utility {}

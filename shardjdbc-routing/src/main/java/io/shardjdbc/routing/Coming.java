package io.shardjdbc.routing;

/**
 * Positions whose rows come to their owner key by key: whoever needs one has it brought first.
 *
 * <p>Their rows lie on the source as they were when the owner changed, and nobody changes them
 * there any more.
 *
 * @param move the number of the move that brings them
 */
public record Coming(int move, ShardId source, ShardId target, Positions positions) {}

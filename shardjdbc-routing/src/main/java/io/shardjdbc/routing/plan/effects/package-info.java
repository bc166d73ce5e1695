/**
 * What running a part of a statement does, beside giving rows.
 *
 * <p>{@code Functions} and {@code Operators} know which of them read the clock, write, or are
 * unknown; {@code OwnValues} and {@code Calls} ask them about a whole expression: would each server
 * answer with a value of its own, would it happen once on each shard, is it the same a moment later
 * elsewhere. {@code SessionBound} finds what would be left on a server's session, {@code
 * SystemColumns} and {@code WholeRows} what means something on one server only.
 */
@NullMarked
package io.shardjdbc.routing.plan.effects;

import org.jspecify.annotations.NullMarked;

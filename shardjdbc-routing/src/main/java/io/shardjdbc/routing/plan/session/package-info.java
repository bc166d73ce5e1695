/**
 * Plans what the logical connection carries out itself: SET, RESET, BEGIN, SAVEPOINT and their
 * kind.
 *
 * <p>{@code SessionPlan} is such a plan; {@code SetConfigPlan} is SET in the form of a function;
 * {@code FixedSettings} are those that keep their value because texts are read by them.
 */
@NullMarked
package io.shardjdbc.routing.plan.session;

import org.jspecify.annotations.NullMarked;

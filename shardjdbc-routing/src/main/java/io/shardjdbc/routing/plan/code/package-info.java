/**
 * What code of users touches that a statement runs.
 *
 * <p>{@link io.shardjdbc.routing.plan.code.CodeCheck} is the way in: it looks at a statement before
 * it is planned. {@code Mentions} is all that a text names; {@code Reaches} looks into the
 * functions among them, and says what each touches, a {@code Reach}. {@code KeyProof} and {@code
 * PolicyProof} prove of triggers, rules and policies that they stay on their shard. {@code
 * ServerFunctions} are PostgreSQL's own functions that do more than compute. {@link
 * io.shardjdbc.routing.plan.code.LookingCatalog} lets the planners have the same knowledge of
 * functions.
 */
@NullMarked
package io.shardjdbc.routing.plan.code;

import org.jspecify.annotations.NullMarked;

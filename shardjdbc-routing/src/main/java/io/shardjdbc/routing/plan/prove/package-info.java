/**
 * Reads a statement for what it says, and proves what the shards can each answer for themselves.
 *
 * <p>Start at {@code Analyzer}: it walks a query block by block ({@code BlockAnalysis}, {@code
 * FromClause}) and a write ({@code WriteAnalysis}), resolves names in a {@code Scope}, and reads
 * facts out of conditions ({@code Conditions}). All it finds is in an {@code Analysis}. {@code
 * Colocation} is the proof over it. {@code Origins}, {@code ValueShape} and {@code SameExpression}
 * answer the planners' questions about single expressions.
 */
@NullMarked
package io.shardjdbc.routing.plan.prove;

import org.jspecify.annotations.NullMarked;

/**
 * The way in to the planner: from a text to a plan that is kept.
 *
 * <p>{@link io.shardjdbc.routing.plan.Routers} makes a router. {@code PlanningRouter} parses a
 * text, puts the definitions of views in their places ({@code ViewExpansion}), chooses the planner
 * of the statement, and keeps the plan in a {@code PlanCache}; {@code TenantGuard} checks it where
 * tables are guarded. {@code ShapedPlans} makes plans of texts that differ in keys of one plan.
 *
 * <p>The rooms behind it, in the order in which a statement passes through them:
 *
 * <ol>
 *   <li>{@link io.shardjdbc.routing.plan.code}: what functions, triggers and policies of users do;
 *   <li>{@link io.shardjdbc.routing.plan.facts}: what a statement names and says;
 *   <li>{@link io.shardjdbc.routing.plan.effects}: what its functions and operators do;
 *   <li>{@link io.shardjdbc.routing.plan.prove}: walks the statement, collects the facts, and
 *       proves what the shards can answer each for itself;
 *   <li>{@link io.shardjdbc.routing.plan.keys}: from facts and values to keys and shards;
 *   <li>{@link io.shardjdbc.routing.plan.read}, {@link io.shardjdbc.routing.plan.gather}, {@link
 *       io.shardjdbc.routing.plan.write}, {@link io.shardjdbc.routing.plan.define}, {@link
 *       io.shardjdbc.routing.plan.session}: the planners, one room for each kind of statement;
 *   <li>{@link io.shardjdbc.routing.plan.result}: the plans that they make.
 * </ol>
 *
 * <p>To follow the key of a point SELECT: {@code SelectPlanner} (read), {@code Conditions} (prove)
 * finds {@code user_id = ?}, {@code Targets} (keys) keeps it, and {@code KeyReader} (keys) turns it
 * into a key when the values are there.
 *
 * <p>Nothing is assumed: what is not proved ends as a wider route or as a typed refusal.
 */
@NullMarked
package io.shardjdbc.routing.plan;

import org.jspecify.annotations.NullMarked;

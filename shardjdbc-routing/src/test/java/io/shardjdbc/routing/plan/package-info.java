/** Tests of the planner. */
@org.jspecify.annotations.NullUnmarked
package io.shardjdbc.routing.plan;

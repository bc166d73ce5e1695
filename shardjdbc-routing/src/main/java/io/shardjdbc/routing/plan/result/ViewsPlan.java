package io.shardjdbc.routing.plan.result;

import io.shardjdbc.routing.route.Plan;

/**
 * A plan of a statement in which the definitions of views have taken their places.
 *
 * @param sqlWithViews the statement that names the views
 * @param summary of it
 * @param namesViewsByPath whether the statement names one of them without its schema
 */
public record ViewsPlan(Plan plan, String sqlWithViews, String summary, boolean namesViewsByPath)
    implements PlanAround {

  @Override
  public boolean replacesViews() {
    return true;
  }
}

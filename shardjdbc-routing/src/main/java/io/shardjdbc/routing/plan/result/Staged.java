package io.shardjdbc.routing.plan.result;

import io.shardjdbc.routing.plan.result.Gathering.StagePlan;
import io.shardjdbc.routing.plan.result.Template.Edit;
import java.util.List;

/** Tables as stages, and the edits that put them in the places of the tables. */
public record Staged(List<StagePlan> stages, List<Edit> edits) {
  public Staged {
    stages = List.copyOf(stages);
    edits = List.copyOf(edits);
  }
}

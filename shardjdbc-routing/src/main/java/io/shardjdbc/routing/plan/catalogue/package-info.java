/**
 * Questions to the system catalogues, where they are not all on one shard.
 *
 * <p>A table that lives on one shard is in that shard's catalogue alone. {@link
 * io.shardjdbc.routing.plan.catalogue.CatalogueQuestion} finds the relations that a question is
 * about, and {@link io.shardjdbc.routing.plan.catalogue.CataloguePlan} asks where they are; one
 * that is about no relation in particular is asked everywhere, of each relation once ({@link
 * io.shardjdbc.routing.plan.catalogue.OwnRelations}), or refused.
 */
@NullMarked
package io.shardjdbc.routing.plan.catalogue;

import org.jspecify.annotations.NullMarked;

"""What a member likes, as the recommender takes it."""

"""What tickets cost when there are many, against bare SQL on the same database."""

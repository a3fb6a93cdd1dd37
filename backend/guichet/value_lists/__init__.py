"""Value lists: many values for one criterion. How a file is made out, read and kept; searching by one is `search`'s."""

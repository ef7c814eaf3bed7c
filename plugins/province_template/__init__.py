"""示范省 (00): the smallest complete province; copy it to begin your own."""

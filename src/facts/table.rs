//! The two macros behind the tables: `kinds!` lists the kinds, `fact!` makes one of them.

/// Lists the kinds of fact: the enum, the lists that hold them, and look-up by reference.
macro_rules! kinds {
    ($($name:ident: $fact:ident, $list:ident;)*) => {
        /// The kinds of fact.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $(#[doc = concat!("[`", stringify!($fact), "`]")] $fact,)*
        }

        impl Kind {
            /// All kinds, in the order in which they are documented.
            pub const ALL: &'static [Self] = &[$(Self::$fact),*];

            /// The name rules use in `for`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$fact => stringify!($name)),* }
            }

            /// The plural, as the inventory prints it.
            pub fn plural(self) -> &'static str {
                match self { $(Self::$fact => stringify!($list)),* }
            }

            /// What facts of this kind are.
            pub fn doc(self) -> &'static str {
                match self { $(Self::$fact => $fact::DOC),* }
            }

            /// The fields that rules see.
            pub fn fields(self) -> &'static [FieldInfo] {
                match self { $(Self::$fact => <$fact as FactType>::FIELDS),* }
            }
        }

        /// All facts of a file or of a repository, one list a kind.
        #[derive(Debug, Clone, Default)]
        pub struct Facts {
            $(#[doc = concat!("All [`", stringify!($fact), "`] facts.")] pub $list: Vec<$fact>,)*
        }

        $(impl Listed for $fact {
            fn of(facts: &Facts) -> &Vec<Self> { &facts.$list }
            fn of_mut(facts: &mut Facts) -> &mut Vec<Self> { &mut facts.$list }
        })*

        impl Facts {
            /// The fact a reference names.
            pub fn fact(&self, of: FactRef) -> &dyn Fact {
                match of.kind { $(Kind::$fact => &self.$list[of.index as usize]),* }
            }

            /// How many facts of a kind there are.
            pub fn count(&self, kind: Kind) -> usize {
                match kind { $(Kind::$fact => self.$list.len()),* }
            }

            /// Changes the header of every fact.
            pub fn each_header(&mut self, mut change: impl FnMut(&mut Header)) {
                $(for fact in &mut self.$list { change(&mut fact.header); })*
            }

            /// Makes room for the facts of some parts.
            pub fn reserve<'p>(&mut self, parts: impl Iterator<Item = &'p Self> + Clone) {
                $(self.$list.reserve_exact(parts.clone().map(|part| part.$list.len()).sum());)*
            }

            /// Appends the facts of another file; links keep pointing at the same facts.
            pub fn append(&mut self, mut other: Self) {
                let by = Offsets([$(self.$list.len()),*]);
                if by.0.iter().all(|by| *by == 0) {
                    *self = other;
                    return;
                }
                $(for fact in &mut other.$list { fact.shift(&by); })*
                $(self.$list.append(&mut other.$list);)*
            }
        }

        /// How far each list moves when files are merged.
        #[derive(Debug)]
        pub struct Offsets([usize; Kind::ALL.len()]);

        impl Offsets {
            /// How far the list of a kind moves.
            pub fn of(&self, kind: Kind) -> usize {
                self.0[kind as usize]
            }
        }
    };
}

/// Makes a kind of fact from a table. Every field needs a doc, written for rule authors.
/// Fields under `rare` are set on so few facts that they are kept apart ([`Rare`](crate::facts::Rare)).
/// Fields under `shared` are kept once for all facts that agree in them ([`Common`](crate::facts::Common)).
/// Fields under `carried`, and under `carrying` among the shared ones, are for derivations and are not seen by rules.
/// A kind with very many large facts is declared `NAME in FIELDS`: the fact is a pointer to its fields, so that lists
/// of it grow without moving them.
macro_rules! fact {
    (
        $(#[doc = $doc:literal])*
        $fact:ident $(in $fields:ident)? {
            $($(#[doc = $field_doc:literal])* $field:ident: $ty:ty,)*
        }
        $(rare as $rares:ident { $($(#[doc = $rare_doc:literal])* $rare:ident: $rare_ty:ty,)* })?
        $(shared $common:ident: $commons:ident {
            $($(#[doc = $common_doc:literal])* $shared:ident: $shared_ty:ty,)*
        } carrying {
            $($(#[$carrying_doc:meta])* $carrying:ident: $carrying_ty:ty,)*
        })?
        $(carried { $($(#[$carried_doc:meta])* $carried:ident: $carried_ty:ty,)* })?
    ) => {
        $crate::facts::table::structure! {
            $(#[doc = $doc])*
            $fact $(in $fields)? {
                /// Place, name, path, service.
                pub header: $crate::facts::Header,
                $($(#[doc = $field_doc])* pub $field: $ty,)*
                $(
                    /// What few of them have.
                    pub rare: $crate::facts::Rare<$rares>,
                )?
                $(
                    /// What many of them have in common.
                    pub $common: $crate::facts::Common<$commons>,
                )?
                $($($(#[$carried_doc])* pub $carried: $carried_ty,)*)?
            }
        }

        $(
            #[doc = concat!("What many [`", stringify!($fact), "`] facts have in common.")]
            #[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
            pub struct $commons {
                $($(#[doc = $common_doc])* pub $shared: $shared_ty,)*
                $($(#[$carrying_doc])* pub $carrying: $carrying_ty,)*
            }
        )?

        $(
            #[doc = concat!("What few [`", stringify!($fact), "`] facts have.")]
            #[derive(Debug, Clone, Default)]
            pub struct $rares {
                $($(#[doc = $rare_doc])* pub $rare: $rare_ty,)*
            }

            impl $crate::facts::Seldom for $rares {
                fn none() -> &'static Self {
                    static NONE: std::sync::LazyLock<$rares> = std::sync::LazyLock::new($rares::default);
                    &NONE
                }
            }
        )?

        impl $fact {
            /// What facts of this kind are, for rule authors.
            pub const DOC: &'static str = concat!($($doc),*);
        }

        impl $crate::facts::Fact for $fact {
            fn kind(&self) -> $crate::facts::Kind {
                $crate::facts::Kind::$fact
            }

            fn header(&self) -> &$crate::facts::Header {
                &self.header
            }

            fn field(&self, index: usize) -> $crate::facts::FieldRef<'_> {
                if index < $crate::facts::HEADER_FIELDS {
                    return $crate::facts::header_field(&self.header, index);
                }
                let fields: &[fn(&Self) -> $crate::facts::FieldRef<'_>] =
                    &[
                        $(|fact| $crate::facts::FieldValue::get(&fact.$field),)*
                        $($(|fact| $crate::facts::FieldValue::get(&fact.rare.$rare),)*)?
                        $($(|fact| fact.$common.field(|fields| $crate::facts::FieldValue::get(&fields.$shared)),)*)?
                    ];
                fields[index - $crate::facts::HEADER_FIELDS](self)
            }
        }

        impl $crate::facts::FactType for $fact {
            const KIND: $crate::facts::Kind = $crate::facts::Kind::$fact;

            const FIELDS: &'static [$crate::facts::FieldInfo] = &[
                $crate::facts::HEADER_INFO[0],
                $crate::facts::HEADER_INFO[1],
                $crate::facts::HEADER_INFO[2],
                $crate::facts::HEADER_INFO[3],
                $crate::facts::HEADER_INFO[4],
                $($crate::facts::FieldInfo {
                    name: stringify!($field),
                    ty: <$ty as $crate::facts::FieldValue>::TYPE,
                    doc: concat!($($field_doc),*),
                },)*
                $($($crate::facts::FieldInfo {
                    name: stringify!($rare),
                    ty: <$rare_ty as $crate::facts::FieldValue>::TYPE,
                    doc: concat!($($rare_doc),*),
                },)*)?
                $($($crate::facts::FieldInfo {
                    name: stringify!($shared),
                    ty: <$shared_ty as $crate::facts::FieldValue>::TYPE,
                    doc: concat!($($common_doc),*),
                },)*)?
            ];

            fn list(facts: &$crate::facts::Facts) -> &Vec<Self> {
                <Self as $crate::facts::Listed>::of(facts)
            }

            fn list_mut(facts: &mut $crate::facts::Facts) -> &mut Vec<Self> {
                <Self as $crate::facts::Listed>::of_mut(facts)
            }

            fn shift(&mut self, by: &$crate::facts::Offsets) {
                $crate::facts::FieldValue::shift(&mut self.header.service, by);
                $($crate::facts::FieldValue::shift(&mut self.$field, by);)*
                $(if let Some(rare) = self.rare.get_mut() {
                    $($crate::facts::FieldValue::shift(&mut rare.$rare, by);)*
                })?
            }

            fn carry(&mut self, to: $crate::source::Carry) {
                self.header.span = to.span(self.header.span);
                $($crate::facts::FieldValue::carry(&mut self.$field, to);)*
                $(if let Some(rare) = self.rare.get_mut() {
                    $($crate::facts::FieldValue::carry(&mut rare.$rare, to);)*
                })?
                $(self.$common.carry(to);)?
            }
        }
    };
}

/// The struct of a fact: its fields, or a pointer to them.
macro_rules! structure {
    ($(#[doc = $doc:literal])* $fact:ident { $($body:tt)* }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone)]
        pub struct $fact {
            $($body)*
        }
    };
    ($(#[doc = $doc:literal])* $fact:ident in $fields:ident { $($body:tt)* }) => {
        #[doc = concat!("The fields of [`", stringify!($fact), "`].")]
        #[derive(Debug, Clone)]
        pub struct $fields {
            $($body)*
        }

        $(#[doc = $doc])*
        #[derive(Debug, Clone)]
        pub struct $fact(Box<$fields>);

        impl From<$fields> for $fact {
            fn from(fields: $fields) -> Self {
                Self(Box::new(fields))
            }
        }

        impl std::ops::Deref for $fact {
            type Target = $fields;

            fn deref(&self) -> &$fields {
                &self.0
            }
        }

        impl std::ops::DerefMut for $fact {
            fn deref_mut(&mut self) -> &mut $fields {
                &mut self.0
            }
        }
    };
}

pub(crate) use {fact, kinds, structure};
